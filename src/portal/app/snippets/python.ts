import { adviceOf, commented, literal, secretOf } from "./comments.js";
import { pythonCheckOf } from "./python-checks.js";
import type { Receiver } from "./receiver.js";

/** A receiver for Python 3.9 and later: the standard library alone, and `cryptography` for ed25519. */
export function pythonSnippet(receiver: Receiver): string {
  const { imports, packages = [], settings, isGenuine } = pythonCheckOf(receiver);
  const { path, payload, maxBody } = receiver;
  const isJson = payload !== "body";
  const modules = [...new Set(["os", "sys", ...imports, ...(isJson ? ["json"] : [])])].sort();
  const install = packages.length === 0 ? "" : "# pip install cryptography\n";
  const third = packages.length === 0 ? "" : `\n${packages.join("\n")}\n`;
  return `# receiver.py
${install}# WEBHOOK_SECRET='${secretOf(receiver)}' python3 receiver.py
${modules.map((name) => `import ${name}`).join("\n")}
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
${third}
PATH = ${literal(path)}
MAX_BYTES = ${maxBody} * 1024 * 1024
${settings}


${isGenuine}


class Receiver(BaseHTTPRequestHandler):
    timeout = 15  # seconds

    def do_POST(self):
        self.send_response(self.receive())
        self.end_headers()

    def receive(self):
        size = int(self.headers.get("Content-Length", -1))
        if not 0 <= size <= MAX_BYTES:
            return 413
        body = self.rfile.read(size)
        if self.path.split("?")[0] != PATH:
            return 404
        if not is_genuine(self.headers, body):
            return 401
${isJson ? `        ${payload} = json.loads(body)\n` : ""}${commented("        # ", adviceOf(receiver))}
        print(${payload})
        return 204


port = int(os.environ.get("PORT", "3000"))
ThreadingHTTPServer(("", port), Receiver).serve_forever()
`;
}
