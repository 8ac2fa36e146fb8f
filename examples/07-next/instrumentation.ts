/** Next calls this once, when the server starts: not while it builds, and not for each route. */
export async function register(): Promise<void> {
  // Next leaves the inside of this `if` out of what it builds for its edge runtime.
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { webhooks } = await import("./webhooks.js");
    await webhooks.start();
  }
}
