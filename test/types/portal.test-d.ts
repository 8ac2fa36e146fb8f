import { createWebhooks, defineCatalogue, type Store, type WebhooksSettings } from "hookwright";
import type { Authorization, Handler } from "hookwright/http";
import { createPortal, type PortalOptions, type PortalScope } from "hookwright/portal";
import { memoryStore } from "hookwright/stores/memory";
import { describe, expectTypeOf, it } from "vitest";

const catalogue = defineCatalogue({ events: { "order.paid": { description: "Paid." } } });
interface Transaction {
  query(text: string): Promise<void>;
}
declare const transactional: Store<Transaction>;
declare const user: Authorization;
const webhooks = createWebhooks({ catalogue, store: memoryStore() });

describe("createPortal", () => {
  it("takes any system and answers Fetch requests", () => {
    const make = () => createPortal(webhooks, { authorize: () => null });
    expectTypeOf(make).returns.toEqualTypeOf<Handler>();
    const other = createWebhooks({ catalogue, store: transactional });
    void (() => createPortal(other, { authorize: async () => user }));
    void (() => createPortal(webhooks, { authorize: () => new Response() }));
  });

  it("takes its options, and no others", () => {
    const authorize = () => user;
    void (() =>
      createPortal(webhooks, {
        authorize,
        basePath: "/hooks",
        title: "Hooks",
        theme: { mode: "dark", accent: "#112233" },
        frameAncestors: ["self", "https://a.example.com"],
        maxBodyBytes: 1024,
        allowedOrigins: [],
        onError: (error: unknown, request: Request) => void [error, request],
        clock: { now: () => 0 },
        async scopes({ scope }, request) {
          expectTypeOf(scope).toEqualTypeOf<string>();
          expectTypeOf(request).toEqualTypeOf<Request>();
          return [{ scope, label: "Mine" }];
        },
      }));
    void (() =>
      createPortal(webhooks, { authorize, theme: "light", frameAncestors: "self", scopes: () => [] }));
    // @ts-expect-error authorize is needed
    void (() => createPortal(webhooks, {}));
    // @ts-expect-error and not guessed
    void (() => createPortal(webhooks));
    // @ts-expect-error there is no such option
    void (() => createPortal(webhooks, { authorize, publish: true }));
    // @ts-expect-error not a mode
    void (() => createPortal(webhooks, { authorize, theme: "dusk" }));
    // @ts-expect-error one origin is a list, too
    void (() => createPortal(webhooks, { authorize, frameAncestors: "https://a.example.com" }));
    // @ts-expect-error scopes are objects
    void (() => createPortal(webhooks, { authorize, scopes: () => ["organization:acme"] }));
    expectTypeOf<PortalScope>().toEqualTypeOf<{
      readonly scope: string;
      readonly label?: string | undefined;
    }>();
    expectTypeOf<PortalOptions["authorize"]>().not.toBeNullable();
  });

  it("settings are read only", () => {
    expectTypeOf(webhooks.settings).toEqualTypeOf<WebhooksSettings>();
    // @ts-expect-error nobody writes them
    void (() => webhooks.settings.formats.push("own"));
    // @ts-expect-error nor replaces them
    void (() => (Object.assign(webhooks, {}).settings = webhooks.settings));
  });
});
