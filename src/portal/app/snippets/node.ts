import { adviceOf, commented, literal, secretOf } from "./comments.js";
import type { Receiver } from "./receiver.js";

/** A receiver for Node: its own HTTP server, and `hookwright/verify` where requests are signed. */
export function nodeSnippet(receiver: Receiver): string {
  return receiver.scheme === "none" ? unsigned(receiver) : signed(receiver);
}

function signed(receiver: Receiver): string {
  const { scheme, payload } = receiver;
  const options = [
    ...(scheme === "standard" ? [] : [`scheme: ${literal(scheme)}`]),
    ...(payload === "body" ? ["parse: false"] : []),
  ];
  const given = options.length === 0 ? "" : `, { ${options.join(", ")} }`;
  return `// receiver.mjs
// npm install hookwright
// WEBHOOK_SECRET='${secretOf(receiver)}' node receiver.mjs
import { createServer } from "node:http";
import { isVerificationError, verify } from "hookwright/verify";

${settings(receiver)}
${reading}
  // The bytes as they came are what was signed: do not parse them before.
  const { headers } = request;
  ${payload === "body" ? "" : `const ${payload} = `}await verify({ headers, body }, secret${given});
${ending(receiver)}

const server = createServer(async (request, response) => {
  let status = 500;
  try {
    status = await receive(request);
  } catch (error) {
    if (isVerificationError(error)) status = 401;
    console.error(error);
  }
  response.writeHead(status).end();
});
server.listen(process.env.PORT ?? 3000);
`;
}

function unsigned(receiver: Receiver): string {
  const { header, payload } = receiver;
  const isJson = payload !== "body";
  return `// receiver.mjs
// WEBHOOK_SECRET='${secretOf(receiver)}' node receiver.mjs
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

${settings(receiver)}
const hash = (text) => createHash("sha256").update(text).digest();

// Requests are not signed: the proof is a header that the two of you know.
// Hashes are of one length, which a comparison in constant time needs.
function isGenuine(headers) {
  return timingSafeEqual(hash(headers[${literal(header)}] ?? ""), hash(secret));
}

${reading}
  if (!isGenuine(request.headers)) return 401;
${isJson ? `  const ${payload} = JSON.parse(body.toString());\n` : ""}${ending(receiver)}

const server = createServer(async (request, response) => {
  let status = 500;
  try {
    status = await receive(request);
  } catch (error) {
    console.error(error);
  }
  response.writeHead(status).end();
});
server.listen(process.env.PORT ?? 3000);
`;
}

function settings({ path, maxBody }: Receiver): string {
  return `const path = ${literal(path)};
const maxBytes = ${maxBody} * 1024 * 1024;
const secret = process.env.WEBHOOK_SECRET;
if (!secret) throw new Error("Set WEBHOOK_SECRET.");
`;
}

const reading = `async function receive(request) {
  const [pathname] = request.url.split("?");
  if (request.method !== "POST" || pathname !== path) return 404;
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  if (size > maxBytes) return 413;
  const body = Buffer.concat(chunks);`;

function ending(receiver: Receiver): string {
  return `${commented("  // ", adviceOf(receiver))}
  console.log(${receiver.payload});
  return 204;
}`;
}
