import { afterEach, beforeEach, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../../src/testing/receiver.js";

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const send = (body = "{}", path = "") => fetch(receiver.url + path, { method: "POST", body });

test("answers 204 and records what came", async () => {
  const response = await fetch(`${receiver.url}/in?a=1`, {
    method: "PUT",
    headers: { "X-One": "1" },
    body: '{"ü":1}',
  });
  expect(response.status).toBe(204);
  const request = await receiver.next();
  expect(request).toMatchObject({ method: "PUT", url: "/in?a=1", body: '{"ü":1}', connection: 1 });
  expect(request.headers["x-one"]).toBe("1");
  expect(request.json()).toEqual({ ü: 1 });
  expect(Buffer.from(request.rawBody).toString()).toBe('{"ü":1}');
  expect(receiver.requests).toEqual([request]);
});

test("next waits for the request, and goes on to the one after it", async () => {
  const [first, second, third] = [receiver.next(), receiver.next(), receiver.next(3)];
  for (const body of ["1", "2", "3"]) await send(body);
  expect((await Promise.all([first, second, third])).map(({ body }) => body)).toEqual(["1", "2", "3"]);
  expect((await receiver.next(1)).body).toBe("1");
  const fourth = receiver.next();
  await send("4");
  expect((await fourth).body).toBe("4");
});

test("close rejects whoever still waits, may be called twice, and next then says what came", async () => {
  const waiting = receiver.next();
  const rejected = expect(waiting).rejects.toThrow("after 0 requests; number 1");
  await receiver.close();
  await receiver.close();
  await rejected;
  await expect(receiver.next()).rejects.toThrow("number 2");
});

test("a list is gone through, and its last entry holds", async () => {
  receiver.answer([503, { status: 201, body: "made", headers: { "x-a": ["1", "2"] } }]);
  const statuses: number[] = [];
  for (let index = 0; index < 3; index++) statuses.push((await send()).status);
  expect(statuses).toEqual([503, 201, 201]);
  expect(await (await send()).text()).toBe("made");
  expect((await send()).headers.get("x-a")).toBe("1, 2");
});

test("a function answers by the request; when it throws, 500", async () => {
  receiver.answer(async ({ url }) => {
    if (url === "/bad") throw new Error("on purpose");
    return { body: `for ${url}` };
  });
  expect(await (await send("", "/a")).text()).toBe("for /a");
  const bad = await send("", "/bad");
  expect([bad.status, await bad.text()]).toEqual([500, "Error: on purpose"]);
});

test("an answer waits for its gate, also for one that fails", async () => {
  let open = () => {};
  const after = new Promise<void>((_, reject) => {
    open = () => reject(new Error("opened badly"));
  });
  receiver.answer({ after, status: 202 });
  let isAnswered = false;
  const sent = send().then((response) => {
    isAnswered = true;
    return response.status;
  });
  await receiver.next();
  expect(isAnswered).toBe(false);
  open();
  expect(await sent).toBe(202);
});

test("listens where it is told, and says when it cannot", async () => {
  await expect(startReceiver(200, { port: receiver.port })).rejects.toThrow("EADDRINUSE");
});
