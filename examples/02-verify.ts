// Receive webhooks: verify the signature of each before believing a word of it. Any runtime with WebCrypto will do.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isVerificationError, verify } from "hookwright/verify";
import { Webhook } from "standardwebhooks";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const event = await verify<{ type: string }>(
      { body: Buffer.concat(chunks), headers: request.headers },
      secret,
    );
    console.log(`Verified: ${event.type}`);
    response.writeHead(204).end(); // answer first, work later: the sender waits 15 seconds at most
  } catch (error) {
    console.log(`Refused: ${isVerificationError(error) ? error.code : error}`);
    response.writeHead(400).end();
  }
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

// Any sender that follows Standard Webhooks; here the reference library.
const body = JSON.stringify({ type: "invoice.paid", data: { amount: 4200 } });
const now = new Date();
const headers = {
  "webhook-id": "evt_1",
  "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
  "webhook-signature": new Webhook(secret).sign("evt_1", now, body),
};
await fetch(url, { method: "POST", headers, body });
await fetch(url, { method: "POST", headers, body: body.replace("4200", "1") });

server.closeAllConnections();
server.close();
