import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const main = fileURLToPath(new URL("../../examples/demo/main.ts", import.meta.url));

it("the demo stays up with --serve, shows its portal, has traffic, and ends when it is told to", async () => {
  const env = { ...process.env, PORT: "0" };
  const demo = spawn(process.execPath, ["--import", "tsx", main, "--serve"], { env });
  const errors: string[] = [];
  demo.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const ended = once(demo, "exit");
  try {
    const said = await new Promise<string>((resolve, reject) => {
      demo.stdout.setEncoding("utf8").once("data", resolve);
      demo.once("exit", () => reject(new Error(errors.join(""))));
    });
    const address = /http:\/\/127\.0\.0\.1:\d+\/webhooks\//.exec(said)?.[0] ?? said;
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Acme Webhooks");
    const answer = await fetch(`${address}api/subscriptions`);
    const { items } = (await answer.json()) as { items: { name: string }[] };
    expect(items.map(({ name }) => name).sort()).toEqual([
      "Audit log",
      "Build server",
      "Chat room",
      "Data warehouse",
      "Issue tracker",
      "Old CRM",
    ]);
    await expect
      .poll(async () => (await (await fetch(`${address}api/deliveries`)).text()).length, {
        timeout: 10_000,
      })
      .toBeGreaterThan(100);
  } finally {
    demo.kill("SIGTERM");
  }
  expect(await ended).toEqual([0, null]);
  expect(errors.filter((line) => !line.includes("npm warn"))).toEqual([]);
}, 60_000);
