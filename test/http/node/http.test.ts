import { createServer } from "node:http";
import { toNodeHandler } from "../../../src/http/node.js";
import { listen } from "./servers.js";
import { describeMount, type Mount } from "./suite.js";

const mount: Mount = (handler) => {
  const ours = toNodeHandler(handler, { basePath: "/api/webhooks" });
  return listen(
    createServer((request, response) =>
      ours(request, response, () =>
        request.method === "POST" ? request.pipe(response) : response.end("own"),
      ),
    ),
  );
};

describeMount("node:http", mount);
