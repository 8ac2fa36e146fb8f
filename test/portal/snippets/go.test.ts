import { execFile } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { goSnippet } from "../../../src/portal/app/snippets/go.js";
import { tool } from "../../support/browser/tool.js";
import { describeReceivers } from "./support.js";

const run = promisify(execFile);

describeReceivers({
  name: "Go",
  snippet: goSnippet,
  file: "receiver.go",
  async prepare(folder) {
    const go = await tool("go");
    if (go === null) return null;
    const programs = readdirSync(folder);
    writeFileSync(join(folder, "go.mod"), "module receivers\n\ngo 1.19\n");
    const env = {
      ...process.env,
      HOME: folder,
      GOCACHE: join(folder, ".cache"),
      GOFLAGS: "-mod=mod",
      GOPROXY: "off",
      GOTOOLCHAIN: "local",
      CGO_ENABLED: "0",
    };
    // One build for all: what they share is compiled once.
    await run(go, ["build", "-o", join(folder, ".bin/"), "./..."], { cwd: folder, env });
    const { stdout } = await run(join(dirname(go), "gofmt"), ["-l", ...programs], { cwd: folder });
    expect(stdout, "files that gofmt writes otherwise").toBe("");
    return (name) => [join(folder, ".bin", name)];
  },
});
