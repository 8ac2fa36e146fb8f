import { startReceiver } from "hookwright/testing";

/** What a merchant would do: sign in, make a subscription, send a test, look at it. The same in every framework. */
export async function tour(origin: string): Promise<void> {
  const receiver = await startReceiver();
  const api = `${origin}/api/webhooks`;
  const show = async (what: string, response: Response) => {
    const body = (await response.json().catch(() => ({}))) as Answer;
    console.log(`${what}: ${response.status}${body.code === undefined ? "" : ` ${body.code}`}`);
    return body;
  };
  const signIn = async (name: string) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${origin}/login`, {
      method: "POST",
      headers,
      body: JSON.stringify({ name }),
    });
    return { cookie: answer.headers.getSetCookie()[0]?.split(";")[0] ?? "" };
  };

  await show("Nobody lists", await fetch(`${api}/subscriptions`));
  const ann = await signIn("ann");
  const created = await show(
    "Ann creates",
    await fetch(`${api}/subscriptions`, {
      method: "POST",
      headers: { ...ann, "content-type": "application/json" },
      body: JSON.stringify({ name: "Ledger", url: receiver.url, events: ["order.*"], enabled: true }),
    }),
  );
  console.log(`The secret is shown once: ${created.secret?.slice(0, 6)}...`);
  const its = `${api}/subscriptions/${created.subscription?.id}`;
  await show("Ann sends a test", await fetch(`${its}/test`, { method: "POST", headers: ann }));
  console.log(`It arrived: ${(await receiver.next()).headers["webhook-id"] !== undefined}`);
  await show("Eve reads it", await fetch(its, { headers: await signIn("eve") }));
  await show("Eve deletes it", await fetch(its, { method: "DELETE", headers: await signIn("eve") }));
  await show("Bob, elsewhere, reads it", await fetch(its, { headers: await signIn("bob") }));
  const forged = { ...ann, "sec-fetch-site": "cross-site" };
  await show("Another site deletes it", await fetch(its, { method: "DELETE", headers: forged }));
  await show("Ann deletes it", await fetch(its, { method: "DELETE", headers: ann }));
  await receiver.close();
}

/** As much of the answers as is shown. */
interface Answer {
  readonly code?: string;
  readonly secret?: string;
  readonly subscription?: { readonly id: string };
}
