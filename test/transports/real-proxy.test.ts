import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createEndpointPolicy } from "../../src/endpoints/policy.js";
import { startReceiver } from "../../src/testing/receiver.js";
import { LOOPBACK_ENDPOINTS, post } from "../../src/testing/transport/case.js";
import { testAuthority } from "../../src/testing/transport/certificate.js";
import { kyTransport } from "../../src/transports/ky.js";
import { undiciTransport } from "../../src/transports/undici.js";

/** Egress proxies that people run, where they are installed: Debian's `tinyproxy-bin` and `squid`. */

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (let step = cleanUps.pop(); step; step = cleanUps.pop()) await step();
});

interface Program {
  readonly name: string;
  /** The configuration for a port of this machine, with a user `user` whose password is `pass word`. */
  config(port: number, folder: string): string;
  arguments(file: string): string[];
}

const PROGRAMS: readonly Program[] = [
  {
    name: "tinyproxy",
    config: (port, folder) =>
      [`Port ${port}`, "Listen 127.0.0.1", "Timeout 20", `LogFile "${folder}/log"`, "LogLevel Info"].join(
        "\n",
      ),
    arguments: (file) => ["-d", "-c", file],
  },
  {
    name: "squid",
    config: (port, folder) =>
      [
        ...[
          `http_port 127.0.0.1:${port}`,
          "http_access allow all",
          "cache deny all",
          `pid_filename ${folder}/pid`,
        ],
        ...[
          `cache_log ${folder}/log`,
          "access_log none",
          `coredump_dir ${folder}`,
          "shutdown_lifetime 0 seconds",
        ],
      ].join("\n"),
    arguments: (file) => ["-N", "-f", file],
  },
];

function isInstalled(name: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore", env: withSbin() });
    return true;
  } catch {
    return false;
  }
}

function withSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts it and answers its port as soon as it takes connections. */
async function start(program: Program, extra = ""): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "hookwright-proxy-"));
  const port = await freePort();
  const file = join(folder, "conf");
  writeFileSync(file, `${program.config(port, folder)}\n${extra}\n`);
  const child: ChildProcess = spawn(program.name, program.arguments(file), {
    stdio: "ignore",
    env: withSbin(),
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  cleanUps.push(async () => {
    child.kill("SIGKILL");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  });
  const isUp = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false)).on("connect", () => socket.destroy());
    });
  while (!(await isUp())) {
    if (child.exitCode !== null) throw new Error(`${program.name} ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return port;
}

for (const program of PROGRAMS) {
  const reason = isInstalled(program.name) ? "" : ` (skipped: no ${program.name} on PATH)`;
  describe.skipIf(reason !== "").each([
    ["undici", undiciTransport],
    ["ky", kyTransport],
  ])(`%s through ${program.name}${reason}`, (_, make) => {
    test("plain and secure targets are reached by the address that was judged; what it cannot reach is connect", async () => {
      const authority = testAuthority();
      const plain = await startReceiver(200);
      const secure = await startReceiver(200, { tls: authority.issue(["hooks.example"]) });
      const port = await start(program);
      const transport = make({ ca: authority.cert });
      cleanUps.push(
        () => plain.close(),
        () => secure.close(),
        () => transport.close?.(),
      );
      const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
      const proxy = `http://127.0.0.1:${port}`;
      transport.use(createEndpointPolicy({ ...LOOPBACK_ENDPOINTS, proxy }, { resolve }));
      const body = "é".repeat(500_000);
      expect(await post(transport, `http://hooks.example:${plain.port}/a`, { body })).toMatchObject({
        status: 200,
      });
      expect(await post(transport, `https://hooks.example:${secure.port}/b`, { body })).toMatchObject({
        status: 200,
      });
      expect((await plain.next()).body).toBe(body);
      expect((await secure.next()).headers.host).toBe(`hooks.example:${secure.port}`);
      const nobody = await freePort();
      expect(await post(transport, `http://hooks.example:${nobody}/`)).toMatchObject({
        reason: "connect",
        message: expect.stringMatching(/the egress proxy answered 50\d/),
      });
    });

    test.skipIf(program.name !== "tinyproxy")(
      "credentials are taken, wrong ones are not (tinyproxy only: squid needs a helper program)",
      async () => {
        const receiver = await startReceiver(200);
        const port = await start(program, "BasicAuth user password");
        cleanUps.push(() => receiver.close());
        for (const [credentials, expected] of [
          ["user:password@", { status: 200 }],
          [
            "user:wrong@",
            { reason: "connect", message: expect.stringContaining("the egress proxy answered 4") },
          ],
          ["", { reason: "connect", message: expect.stringContaining("answered 407") }],
        ] as const) {
          const transport = make({
            endpoints: { ...LOOPBACK_ENDPOINTS, proxy: `http://${credentials}127.0.0.1:${port}` },
          });
          cleanUps.push(() => transport.close?.());
          expect(await post(transport, receiver.url)).toMatchObject(expected);
        }
        expect(receiver.requests).toHaveLength(1);
        expect(JSON.stringify(receiver.requests[0]?.headers)).not.toContain("proxy");
      },
    );
  });
}
