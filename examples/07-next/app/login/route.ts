import { signIn } from "../../../shop/login.js";

/** The host's own login. */
export async function POST(request: Request): Promise<Response> {
  const { name } = (await request.json()) as { name?: unknown };
  const cookie = signIn(name);
  if (cookie === null) return new Response(null, { status: 401 });
  return new Response(null, { status: 204, headers: { "set-cookie": cookie } });
}
