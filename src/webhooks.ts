import type { Webhooks } from "./api.js";
import { Batcher, type BatchSubscription } from "./batcher/batcher.js";
import type { AnyCatalogue } from "./catalogue/catalogue.js";
import { validateData } from "./catalogue/validate.js";
import { Deadlines } from "./dispatcher/deadline.js";
import { Dispatcher } from "./dispatcher/dispatcher.js";
import { Handover } from "./dispatcher/handover.js";
import { Sender } from "./dispatcher/sender.js";
import { createEndpointPolicy } from "./endpoints/policy.js";
import { isPolicyAware } from "./endpoints/policy-aware.js";
import { formatsWith } from "./formats/registry.js";
import { Deliveries } from "./history/deliveries.js";
import { Events } from "./history/events.js";
import { hasInbox, Intake } from "./intake/intake.js";
import { Janitor } from "./janitor/janitor.js";
import type { Store } from "./model/store.js";
import type { Millis } from "./model/time.js";
import { parseOptions, type WebhooksOptions } from "./options.js";
import { entriesOf } from "./publish/group.js";
import { Publisher } from "./publish/publisher.js";
import { Rooms } from "./running/rooms.js";
import { Running } from "./running/running.js";
import { schemesWith } from "./signature/registry.js";
import { effectiveSettings } from "./subscriptions/defaults.js";
import { Directory, type Heard } from "./subscriptions/directory.js";
import { createManage } from "./subscriptions/manage.js";
import { rewrap } from "./subscriptions/rewrap.js";
import type { ManageParts } from "./subscriptions/save.js";
import { parseScope } from "./subscriptions/scope.js";
import { createSealer } from "./subscriptions/seal.js";
import { disableBySystem } from "./subscriptions/switch.js";
import { surface } from "./surface.js";
import { undiciTransport } from "./transports/undici.js";
import { afterSettled, type Tally } from "./wiring/after-settled.js";
import { auditOf } from "./wiring/audit.js";
import { guardStore } from "./wiring/guard-store.js";
import { keysFor } from "./wiring/keys.js";
import { Observer } from "./wiring/observe.js";
import { calmed } from "./wiring/outage.js";
import { Recipients } from "./wiring/recipients.js";
import { Rewrapping } from "./wiring/rewrapping.js";
import { settingsOf } from "./wiring/settings.js";
import { stuckOnce } from "./wiring/stuck.js";
import { subscriptionVerbs } from "./wiring/subscriptions.js";

/**
 * How long a delivery is leased: the longest time-out of an attempt, and as long again to wait for its turn. A process
 * that dies holds its deliveries back for so long.
 */
const LEASE_MS: Millis = 120_000;

/**
 * A webhook system on the given store. It does nothing by itself until `start` or `runUntilIdle`.
 *
 * @throws WebhookError `CONFIGURATION` when the options are not acceptable; `issues` names each one.
 */
export function createWebhooks<C extends AnyCatalogue, Tx = never>(
  options: WebhooksOptions<C, Tx>,
): Webhooks<C, Tx> {
  const { settings, ...given } = parseOptions(options);
  const { clock, logger } = settings;
  const catalogue = options.catalogue;
  const store: Store<Tx> = guardStore(options.store);
  const observer = new Observer(logger);
  const onFault = (error: unknown, message: string) => observer.fault(error, message);
  const ofDeliveries = calmed(clock, onFault);

  const policy = createEndpointPolicy(given.endpoints);
  const ownTransport = options.transport === undefined;
  const transport = options.transport ?? undiciTransport();
  if (isPolicyAware(transport)) transport.use(policy);

  const keys = keysFor(options.store, given.encryptionKeys);
  const sealer = createSealer(keys);
  const schemes = schemesWith(given.signatures);
  const formats = formatsWith(given.formats);
  const recipients = new Recipients({ sealer, policy, schemes, settings });
  const directory = new Directory({ store, clock, catalogue });
  const lane = (format: string, type: string) => formats.get(format)?.lane?.(type) ?? "";
  const heard = async (id: string): Promise<Heard | null> => (await directory.get([id])).get(id) ?? null;

  const defaults = {
    retry: { schedule: settings.schedule, timeout: settings.timeoutMs },
    autoDisable: settings.autoDisable,
    batch: settings.batch,
  };
  const auditParts = {
    clock,
    catalogue,
    hearers: directory.matching.bind(directory),
    scopeLabel: options.scopeLabel ?? (() => undefined),
    lane,
  };
  const manageParts: ManageParts = {
    store,
    clock,
    sealer,
    rules: {
      catalogue,
      endpoints: policy,
      schemes,
      formats,
      allowInsecureTls: policy.options.allowInsecureTls,
    },
    defaults,
    audit: (change) => auditOf(auditParts, change),
    onChange(change, subscription) {
      directory.changed(change.record);
      observer.emit("subscription.changed", { subscription, action: change.action });
      if (change.reason !== null) observer.emit("subscription.disabled", { subscription });
      wake();
      rooms.wakeBatcher();
    },
  };
  const manage = createManage(manageParts);

  const tally: Tally = { delivered: 0, failed: 0, exhausted: 0 };
  const deadlines = new Deadlines();
  const sender = new Sender({
    clock,
    transport,
    deadlines,
    formats,
    maxResponseBytes: settings.limits.responseBytes,
    recipient(id, fresh) {
      if (fresh) directory.forget(id);
      const ready = (known: Heard | null) => known && recipients.of(known.record, known.document);
      const known = fresh ? null : directory.atHand(id);
      return known === null ? heard(id).then(ready) : ready(known);
    },
    readEvents: (ids) => store.readEvents(ids),
    recordedAttempts: async (id) => (await store.readAttempts(id)).length,
    onFailure: ({ reason, message }, { id, subscriptionId }) =>
      observer.note({ deliveryId: id, subscriptionId, reason }, message),
    onFault: (error, delivery) =>
      ofDeliveries(error, `Delivery ${delivery.id} met a fault that is not its endpoint's.`),
  });
  const dispatcher = new Dispatcher({
    clock,
    store,
    sender,
    limits: { ...settings.dispatcher, leaseMs: LEASE_MS },
    warm: async (ids) => void (await directory.get(ids)),
    onSettled(finished, settled) {
      directory.observe(settled.health);
      return afterSettled(
        {
          clock,
          observer,
          async autoDisable(id) {
            const known = await heard(id);
            return known && (known.document.autoDisable ?? settings.autoDisable);
          },
          disable: async (id, reason, attemptStartedAt) =>
            (await disableBySystem(manageParts, id, reason, { attemptStartedAt })) !== null,
        },
        tally,
        finished,
        settled,
      );
    },
    onRoom: () => wake(),
    onFault,
  });
  const handover = new Handover<Tx>({
    clock,
    store,
    dispatcher,
    leaseMs: LEASE_MS,
    isWell: (id) => directory.isWell(id),
    wake: () => wake(),
  });
  const janitor = new Janitor({ clock, store, retentionMs: settings.retentionMs });
  const batching = ({ id, scope, type, format, record, document }: Heard): BatchSubscription => ({
    id,
    scope,
    enabled: record.enabled,
    batches: type === "batch",
    format,
    hasLanes: formats.get(format)?.lane !== undefined,
    limits: effectiveSettings(document, defaults).batch,
  });
  const batcher = new Batcher({
    clock,
    store,
    async subscriptions(ids) {
      const found = await directory.get(ids);
      return new Map([...found].map(([id, one]) => [id, batching(one)]));
    },
    onFlushed: (flushed) => observer.emit("batch.flushed", flushed),
  });
  const intake = hasInbox(store)
    ? new Intake({
        clock,
        store,
        draft({ data, ...given }, now) {
          // What no schema reads stays as it is, to the last digit of a number that JavaScript cannot hold.
          const text = catalogue.get(given.type)?.schema === null ? data : undefined;
          return publisher.draft({ ...given, data: JSON.parse(data) as unknown }, now, text);
        },
        derive: async (event) => entriesOf([await publisher.match(event)]),
        append: (entries) => handover.append(entries),
        onRefused: (error) => onFault(error, "An event that was published from SQL was refused."),
      })
    : null;
  const rooms = new Rooms({
    intake,
    batcher,
    dispatcher,
    janitor,
    pollMs: settings.dispatcher.pollMs,
    tally,
    onFault,
  });
  const wake = () => rooms.wake();

  const publisher = new Publisher<Tx>({
    clock,
    maxEventBytes: settings.limits.eventBytes,
    validate: (type, data) => validateData(catalogue, type, data),
    checkScope: (scope) => void parseScope(scope, catalogue),
    hearers: (scope, type) => directory.matchingSync(scope, type) ?? directory.matching(scope, type),
    lane,
    append: (entries, tx) => handover.append(entries, tx),
  });
  const deliveries = new Deliveries({
    clock,
    store,
    formats,
    async subscription(id) {
      const known = await heard(id);
      if (known === null) return null;
      const { name, metadata } = known.document;
      return { id, name, scope: known.scope, metadata };
    },
    wake,
  });
  const events = new Events(store);
  const running = new Running({
    store,
    rooms,
    dispatcher,
    sender,
    transport: ownTransport ? transport : null,
    onFault,
  });

  const rewrapParts = { store, clock, sealer, onStuck: stuckOnce(onFault) };
  const rewrapping = new Rewrapping({
    isNeeded: keys !== "none" && keys.length > 1,
    rewrap: (isStopped) => rewrap(rewrapParts, isStopped),
    onFault,
  });

  const subscriptions = subscriptionVerbs<C>({
    clock,
    catalogue,
    store,
    manage,
    batcher,
    dispatcher,
    leaseMs: LEASE_MS,
    heard,
    batching,
    lane,
    wake() {
      wake();
      rooms.wakeBatcher();
    },
  });

  return surface({
    catalogue,
    settings: settingsOf({ settings, formats, schemes, endpoints: policy.options }),
    publisher,
    subscriptions,
    deliveries,
    events,
    running,
    rewrapping,
    observer,
    rewrap: () => rewrap(rewrapParts),
  });
}
