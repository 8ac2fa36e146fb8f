import { join } from "node:path";
import { pythonSnippet } from "../../../src/portal/app/snippets/python.js";
import { tool } from "../../support/browser/tool.js";
import { describeReceivers } from "./support.js";

describeReceivers({
  name: "Python",
  snippet: pythonSnippet,
  file: "receiver.py",
  async prepare(folder) {
    const python = await tool("python");
    // Warnings, such as those of what a later version takes away, are errors.
    return python === null ? null : (name) => [python, "-W", "error", join(folder, name, "receiver.py")];
  },
});
