import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { root, runText } from "./run.js";

const readme = readFileSync(join(root, "README.md"), "utf8");
const snippets = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");

function snippetWith(text: string): string {
  const found = snippets.filter((snippet) => snippet.includes(text));
  expect(found, `one snippet has ${text}`).toHaveLength(1);
  return found[0] ?? "";
}

/** What the snippets of servers take as given. */
const HOST = `
  import { createWebhooks, defineCatalogue } from "hookwright";
  import { memoryStore } from "hookwright/stores/memory";
  const webhooks = createWebhooks({
    catalogue: defineCatalogue({ events: { "invoice.paid": {} } }),
    store: memoryStore(),
    endpoints: { allowHosts: ["hooks.example.com"] },
  });
  const userOf = async ({ headers }: Request) =>
    headers.get("authorization") === "Bearer ada" ? { id: "ada", scope: "" } : null;
`;

/** Listens on whatever port is free, and waits for that. */
function listening(server: string): string {
  const wait = `await new Promise((resolve) => server.once("listening", resolve));`;
  return `${server.replace(".listen(3000);", ".listen(0);")}\n${wait}`;
}

const CLOSE = `
  server.close();
  server.closeAllConnections();
`;

describe("every snippet of the README runs", () => {
  it("there are as many as this file runs", () => {
    expect(snippets).toHaveLength(6);
  });

  it("publishing", async () => {
    const snippet = snippetWith("sqliteStore").replace(
      '"webhooks.db"',
      "`${process.env.SNIPPET_FOLDER}/webhooks.db`",
    );
    const after = `
      const [delivery] = (await webhooks.deliveries.list()).items;
      console.log(secret?.slice(0, 6), delivery?.type);
      await webhooks.stop();
    `;
    const key = randomBytes(32).toString("base64");
    expect(await runText(snippet + after, { WEBHOOKS_KEY: key })).toBe("whsec_ invoice.paid\n");
  });

  it("verifying", async () => {
    const secret = `whsec_${randomBytes(32).toString("base64")}`;
    const body = JSON.stringify({ type: "invoice.paid" });
    const at = new Date();
    const headers = {
      "webhook-id": "evt_1",
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(secret).sign("evt_1", at, body),
    };
    const after = `
      const post = (body: string) =>
        new Request("https://a.example.com", { method: "POST", headers: ${JSON.stringify(headers)}, body });
      console.log((await POST(post(${JSON.stringify(body)}))).status);
      await POST(post("{}")).catch((error) => console.log(error.code));
    `;
    const printed = await runText(snippetWith("hookwright/verify") + after, { WEBHOOK_SECRET: secret });
    expect(printed).toBe("204\nNO_MATCH\n");
  });

  it("testing", async () => {
    const snippet = snippetWith("recordingTransport").replaceAll(
      /await webhooks\.runUntilIdle\(\); \/\/ (\{.*\})/g,
      "console.log(JSON.stringify(await webhooks.runUntilIdle()));",
    );
    expect(await runText(snippet)).toBe(
      '{"delivered":0,"failed":1,"exhausted":0,"flushed":0,"pruned":0}\n{"delivered":1,"failed":0,"exhausted":0,"flushed":0,"pruned":0}\n2\n',
    );
  });

  it("serving the management API, and calling it", async () => {
    const server = listening(snippetWith("createHandler("));
    const client = snippetWith("createClient").replace(
      '"http://localhost:3000/api/webhooks"',
      "`http://127.0.0.1:${(server.address() as { port: number }).port}/api/webhooks`",
    );
    const after =
      "console.log(secret?.slice(0, 6), (await webhooks.subscriptions.get(subscription.id)).enabled);";
    expect(await runText([HOST, server, client, after, CLOSE].join("\n"))).toBe("true\nwhsec_ true\n");
  });

  it("serving the portal", async () => {
    const server = listening(snippetWith("createPortal("));
    const after = `
      const url = \`http://127.0.0.1:\${(server.address() as { port: number }).port}/webhooks/\`;
      for (const headers of [{ authorization: "Bearer ada" }, {}] as Record<string, string>[]) {
        const answer = await fetch(url, { headers });
        console.log(answer.status, (await answer.text()).includes('"title":"Acme Webhooks"'));
      }
    `;
    expect(await runText([HOST, server, after, CLOSE].join("\n"))).toBe("200 true\n401 false\n");
  });
});
