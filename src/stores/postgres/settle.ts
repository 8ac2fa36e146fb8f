import type { Outcome } from "../../model/delivery.js";
import type { Settled } from "../../model/store.js";
import type { HealthChange } from "../../model/subscription.js";
import { byText } from "../shared/order.js";
import type { Database } from "./database.js";
import { LOCKS_IN_TIME } from "./lock-time.js";
import { joinTexts, Parameters } from "./parameters.js";
import { type HealthRow, healthOf } from "./rows.js";
import { sumHealth } from "./sum-health.js";

interface SettledRow {
  /** Places in what was sent, from 1, with commas between them; `null`: nothing was refused. */
  readonly refused: string | null;
  /** JSON array of {@link HealthRow} with its subscription's id. */
  readonly health: string | null;
}

/**
 * Records outcomes whose lease still holds, every attempt once, and the health of subscriptions that had one accepted:
 * one call, see `functions/settle.ts`. Prepared, for the plans of the function are settled.
 */
export async function settle(
  database: Database,
  outcomes: readonly Outcome[],
  health: readonly HealthChange[],
): Promise<Settled> {
  if (outcomes.length === 0) return { refused: [], health: [] };
  const rows = outcomes.toSorted((a, b) => byText(a.deliveryId, b.deliveryId));
  const bind = new Parameters();
  const call = `hookwright.settle(${[...outcomeColumns(rows, bind), ...healthColumns(health, bind)].join(", ")})`;
  const row = await database.one<SettledRow>(
    `SELECT s.refused, s.health FROM ${call} AS s WHERE ${LOCKS_IN_TIME}`,
    bind.values,
    undefined,
    { prepared: true },
  );
  const changed = JSON.parse(row.health ?? "[]") as (HealthRow & { readonly id: string })[];
  return {
    refused: refusedOf(rows, outcomes, row.refused),
    health: changed.map((one) => ({ subscriptionId: one.id, ...healthOf(one) })),
  };
}

/** The ids at these places, in the order they were given. */
function refusedOf(rows: readonly Outcome[], given: readonly Outcome[], places: string | null): string[] {
  if (places === null) return [];
  const refused = new Set(places.split(",").map((place) => rows[Number(place) - 1]));
  return given.filter((outcome) => refused.has(outcome)).map((outcome) => outcome.deliveryId);
}

/** @param rows - By delivery. Of several of one delivery only the first may be accepted: the others show no lease. */
function outcomeColumns(rows: readonly Outcome[], bind: Parameters): string[] {
  const documents = joinTexts(rows.map(({ attempt }) => attempt?.document ?? ""));
  const replacements = rows.flatMap(replacementRows);
  return [
    bind.text(documents.separator),
    bind.texts(rows.map((row) => row.deliveryId)),
    bind.texts(rows.map((row, n) => (row.deliveryId === rows[n - 1]?.deliveryId ? null : row.lease))),
    bind.texts(rows.map((row) => row.status)),
    bind.numbers(rows.map((row) => row.dueAt)),
    bind.numbers(rows.map((row) => row.completedAt)),
    bind.numbers(
      rows.map((row) => row.httpStatus),
      "integer",
    ),
    bind.texts(rows.map((row) => (row.error === null ? null : JSON.stringify(row.error)))),
    bind.booleans(rows.map((row) => row.uncount)),
    bind.numbers(
      rows.map((row) => row.attempt?.number ?? null),
      "integer",
    ),
    bind.numbers(rows.map((row) => row.attempt?.at ?? null)),
    bind.numbers(
      rows.map((row) => row.attempt?.durationMs ?? null),
      "double precision",
    ),
    bind.text(documents.text),
    bind.boolean(rows.some((row) => row.dueAt !== null)),
    bind.text(replacements.length === 0 ? null : JSON.stringify(replacements)),
  ];
}

function healthColumns(health: readonly HealthChange[], bind: Parameters): string[] {
  const rows = sumHealth(health);
  return [
    bind.texts(rows.map((row) => row.subscriptionId)),
    bind.booleans(rows.map((row) => row.reset)),
    bind.numbers(rows.map((row) => row.add)),
    bind.numbers(rows.map((row) => row.failedAt)),
    bind.numbers(rows.map((row) => row.succeededAt)),
    bind.numbers(rows.map((row) => row.lastAttemptAt)),
    bind.numbers(
      rows.map((row) => row.lastStatus),
      "integer",
    ),
    bind.numbers(rows.map((row) => row.holdUntil)),
  ];
}

function replacementRows({ replacements }: Outcome, place: number) {
  if (replacements.length === 0) return [];
  return replacements.map((delivery, share) => ({
    ...delivery,
    outcome: place + 1,
    share,
    of: replacements.length,
  }));
}
