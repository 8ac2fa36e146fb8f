import { deferred } from "./servers.js";

/**
 * A handler of Fetch requests that every framework mounts at /api/webhooks: it tells what it was given, and answers in
 * each way that a handler can.
 */
export function echoHandler() {
  const aborted = deferred<boolean>();
  const reading = deferred();
  const released = deferred();
  const handler = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    switch (pathname.replace(/^\/api\/webhooks/, "")) {
      case "/echo":
        return Response.json({
          method: request.method,
          url: request.url,
          headers: Object.fromEntries(request.headers),
          body: request.body === null ? null : await request.text(),
        });
      case "/size":
        return Response.json({ bytes: (await request.arrayBuffer()).byteLength });
      case "/cookies": {
        const headers = new Headers({ "x-one": "1" });
        headers.append("set-cookie", "a=1; Path=/");
        headers.append("set-cookie", "b=2; Expires=Sat, 21 Nov 2026 12:00:00 GMT");
        return new Response("ok", { status: 201, headers });
      }
      case "/stream":
        return new Response(slowly(["first", "second"], released.promise));
      case "/abort":
        request.signal.addEventListener("abort", () => aborted.resolve(request.signal.aborted));
        reading.resolve();
        return Response.json({ bytes: (await request.arrayBuffer()).byteLength });
      case "/throw":
        throw new Error("the database password is hunter2");
      default:
        return Response.json({ code: "NOT_FOUND" }, { status: 404 });
    }
  };
  return { handler, aborted: aborted.promise, reading: reading.promise, release: released.resolve };
}

/** The handler, and what tells a test what happened in it. */
export type Echo = ReturnType<typeof echoHandler>;

/** A body of two chunks, the second of which waits. */
function slowly(
  [first, second]: readonly [string, string],
  until: Promise<void>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(encoder.encode(first));
      await until;
      controller.enqueue(encoder.encode(second));
      controller.close();
    },
  });
}
