import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createWebhooks, defineCatalogue, type Webhooks } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Receiver, receiverOf } from "../../../src/portal/app/snippets/receiver.js";
import { SCHEMES } from "../../../src/portal/app/snippets/schemes.js";
import { builtInSchemes } from "../../../src/signature/registry.js";
import { createSigner } from "../../../src/signature/signer.js";

/** A language that receivers are written in. */
export interface Language {
  readonly name: string;
  readonly snippet: (receiver: Receiver) => string;
  /** The name of a program's file, in a folder of its own. */
  readonly file: string;
  /**
   * Makes the programs in a folder ready to be run, each in a folder named after its case. Answers the command of one;
   * `null` where the language cannot be had.
   */
  prepare(folder: string): Promise<((name: string) => readonly [string, ...string[]]) | null>;
}

interface Case {
  readonly scheme: string;
  readonly input: { readonly type?: "batch"; readonly format?: string };
}

/** Each scheme, and what else changes a program. */
const CASES: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(Object.keys(SCHEMES).map((scheme) => [scheme, { scheme, input: {} }])),
  batch: { scheme: "standard", input: { type: "batch" } },
  splunk: { scheme: "github", input: { format: "splunk" } },
  "unsigned-splunk": { scheme: "none", input: { format: "splunk" } },
};

/** What a URL may hold that a program must not stumble over, and a query. */
const PATH = "/in/it's%20$%7Bhere%7D/";

const HEADER = "x-api-token";

const HEADERS = { "x-tenant": "1", [HEADER]: "t0p secret" };

const catalogue = defineCatalogue({ events: { "order.paid": { example: { total: 1 } } } });

/** A program as it runs. */
interface Running {
  readonly child: ChildProcess;
  readonly origin: string;
}

/** Runs each program of a language against real deliveries and against what is not one. */
export function describeReceivers(language: Language): void {
  describe(`Receivers in ${language.name}`, () => {
    let folder: string;
    let webhooks: Webhooks<typeof catalogue>;
    let command: ((name: string) => readonly [string, ...string[]]) | null;
    const made = new Map<string, { readonly id: string; readonly secret: string; readonly key: string }>();
    let children: ChildProcess[] = [];

    beforeAll(async () => {
      webhooks = createWebhooks({
        catalogue,
        store: memoryStore(),
        encryptionKeys: [randomBytes(32).toString("base64")],
        retry: { schedule: ["1h"], timeout: "5s" },
        endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
      });
      await webhooks.migrate();
      folder = mkdtempSync(join(tmpdir(), "hookwright-receivers-"));
      for (const [name, { scheme, input }] of Object.entries(CASES)) {
        // Made here, so that requests can be signed by hand; a receiver is given what the library shows.
        const secret = builtInSchemes.get(scheme)?.createSecret?.() ?? "";
        const { subscription, secret: shown } = await webhooks.subscriptions.create({
          ...input,
          name,
          url: `http://127.0.0.1:1${PATH}?tenant=1`,
          events: ["order.paid"],
          signing: secret === "" ? { scheme } : { scheme, secret },
          headers: HEADERS,
        });
        made.set(name, { id: subscription.id, secret, key: shown ?? "t0p secret" });
        const receiver = receiverOf(subscription);
        if (receiver === null) throw new Error(`There is no code for ${scheme}.`);
        const file = join(folder, name, language.file);
        mkdirSync(dirname(file));
        writeFileSync(file, language.snippet(receiver));
      }
      command = await language.prepare(folder);
    }, 300_000);
    afterEach(() => {
      for (const child of children) child.kill("SIGKILL");
      children = [];
    });
    afterAll(async () => {
      await webhooks.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    function of(name: string) {
      const found = made.get(name);
      if (found === undefined) throw new Error(`There is no case ${name}.`);
      return found;
    }

    /** Starts a program on a port that is free; `null` where it ended by itself. */
    async function start(name: string, secret: string): Promise<Running | null> {
      if (command === null) throw new Error(`There is no ${language.name}.`);
      const port = await freePort();
      const [program, ...rest] = command(name);
      const child = spawn(program, rest, {
        env: { ...process.env, PORT: String(port), WEBHOOK_SECRET: secret },
        stdio: "ignore",
      });
      children.push(child);
      let hasEnded = false;
      const ended = once(child, "exit").then(() => {
        hasEnded = true;
      });
      while (!hasEnded) {
        if (await isListening(port)) return { child, origin: `http://127.0.0.1:${port}` };
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 20))]);
      }
      return null;
    }

    async function running(name: string, secret = of(name).key): Promise<Running> {
      const started = await start(name, secret);
      if (started === null) throw new Error(`The receiver for ${name} does not start.`);
      return started;
    }

    /** Publishes an event to the subscription of a case at a receiver; answers what became of its delivery. */
    async function deliver(name: string, { origin }: Running) {
      const { id } = of(name);
      await webhooks.subscriptions.update(id, {
        url: `${origin}${PATH}?tenant=1`,
        enabled: true,
        headers: HEADERS,
      });
      await webhooks.publish("order.paid", { total: 1, note: "ünïcödé — 🎉" });
      await webhooks.runUntilIdle();
      await webhooks.subscriptions.flush(id);
      await webhooks.runUntilIdle();
      await webhooks.subscriptions.disable(id);
      const [delivery] = (await webhooks.deliveries.list({ subscriptionId: id })).items;
      return { status: delivery?.status, httpStatus: delivery?.httpStatus };
    }

    it.for(Object.keys(CASES))("%s: takes a delivery and refuses what is none", async (name, context) => {
      if (command === null) return context.skip(`there is no ${language.name}`);
      const receiver = await running(name);
      expect(await deliver(name, receiver)).toEqual({ status: "delivered", httpStatus: 204 });

      const { secret } = of(name);
      const { scheme } = CASES[name] ?? { scheme: "" };
      const body = '{"id":"evt_1","total":1}';
      const by = signing(scheme, secret);
      const now = Math.floor(Date.now() / 1000);
      const post = (headers: Record<string, string>, given = body, path = `${PATH}?a=b`) =>
        send(receiver, path, headers, given);

      expect(await post(by({ body })), "signed by hand").toBe(204);
      expect(await post(by({ body }), body, "/elsewhere"), "another path").toBe(404);
      expect(await post({}), "unsigned").toBe(401);
      if (scheme === "none") {
        expect(await post({ [HEADER]: "t0p secreT" }), "another credential").toBe(401);
        expect(await post({ [HEADER]: "" }), "an empty credential").toBe(401);
        return;
      }
      expect(await post(by({ body }), body.replace("1}", "2}")), "a changed body").toBe(401);
      const other = signing(scheme, builtInSchemes.get(scheme)?.createSecret?.() ?? "");
      expect(await post(other({ body })), "signed by another").toBe(401);
      for (const [header, value] of Object.entries(by({ body }))) {
        // Mist's SHA-1 is there for old receivers; nobody who can read the better one looks at it.
        if (header === "x-mist-signature") continue;
        expect(await post({ ...by({ body }), [header]: "" }), `an empty ${header}`).toBe(401);
        expect(await post({ ...by({ body }), [header]: `${value}é` }), `a spoilt ${header}`).toBe(401);
      }
      if (!scheme.startsWith("standard") && scheme !== "stripe") return;
      for (const seconds of [-310, 310]) {
        expect(await post(by({ body, timestamp: now + seconds })), `signed at ${seconds} s`).toBe(401);
      }
      expect(await post(by({ body, timestamp: now - 280 })), "within the tolerance").toBe(204);
      if (scheme === "stripe") return;
      // The same text is signed where the id ends later and the body begins later.
      const shifted = by({ id: "evt_1", timestamp: now, body: `${now}.${body}` });
      expect(await post({ ...shifted, "webhook-id": `evt_1.${now}` }), "a shifted id").toBe(401);
      expect(await post({ ...shifted }, `${now}.${body}`.slice(0, -1)), "a cut body").toBe(401);
    });

    it("reads no body without an end", async (context) => {
      if (command === null) return context.skip(`there is no ${language.name}`);
      const receiver = await running("github");
      const sized = (bytes: number) => `"${"x".repeat(bytes - 2)}"`;
      const post = (body: string) =>
        // One that has heard enough may hang up before all is said.
        send(receiver, PATH, signing("github", of("github").secret)({ body }), body).catch(() => 413);
      expect(await post(sized(10 << 20))).toBe(204);
      expect(await post(sized((10 << 20) + 1))).toBe(413);
    });

    it.for(["standard", "standard-ed25519", "stripe"])(
      "%s: takes deliveries while its secret is rotated, and none afterwards",
      async (name, context) => {
        if (command === null) return context.skip(`there is no ${language.name}`);
        const receiver = await running(name);
        const { id } = of(name);
        await webhooks.subscriptions.rotateSecret(id, { overlap: "1h" });
        expect(await deliver(name, receiver)).toEqual({ status: "delivered", httpStatus: 204 });
        await webhooks.subscriptions.rotateSecret(id, { overlap: 0 });
        expect(await deliver(name, receiver)).toEqual({ status: "failed", httpStatus: 401 });
      },
    );

    it("answers 401 with another secret in its environment, and does not start with none", async (context) => {
      if (command === null) return context.skip(`there is no ${language.name}`);
      for (const [name, { scheme }] of Object.entries(CASES)) {
        const shown = (secret: string) => builtInSchemes.get(scheme)?.verificationKey?.(secret) ?? secret;
        const other = shown(builtInSchemes.get(scheme)?.createSecret?.() ?? "") || "another";
        const receiver = await running(name, other);
        const { secret } = of(name);
        const body = '{"id":"evt_1"}';
        expect(await send(receiver, PATH, signing(scheme, secret)({ body }), body), name).toBe(401);
        receiver.child.kill("SIGKILL");
        expect(await start(name, ""), `${name} without a secret`).toBeNull();
      }
    }, 60_000);
  });
}

/** Signs by hand; the credential where a scheme signs nothing. */
function signing(scheme: string, secret: string) {
  const found = builtInSchemes.get(scheme);
  if (found === undefined) throw new Error(`There is no scheme ${scheme}.`);
  const sign = createSigner(found, secret === "" ? [] : [secret]);
  return ({ id = "evt_1", timestamp = Math.floor(Date.now() / 1000), body = "" }) => ({
    ...sign({ id, timestamp, body }),
    ...(secret === "" ? { [HEADER]: "t0p secret" } : {}),
  });
}

/** Posts and answers the status. */
async function send({ origin }: Running, path: string, headers: Record<string, string>, body: string) {
  const response = await fetch(origin + path, { method: "POST", headers, body });
  await response.arrayBuffer();
  return response.status;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
