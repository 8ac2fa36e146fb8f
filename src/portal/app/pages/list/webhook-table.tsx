import { Link } from "wouter";
import type { Subscription } from "../../../../subscriptions/present.js";
import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Pill } from "../../ui/pill.js";
import { scopeLabel } from "../../ui/scope-label.js";
import { Scroll } from "../../ui/scroll.js";
import { addressOf, creatorName } from "./creator.js";
import { EventPills } from "./event-pills.js";
import { listHealth } from "./health.js";
import { LastDelivery } from "./last-delivery.js";
import { ListHealthPill } from "./list-health-pill.js";
import "./webhook-table.css";

/** Props of the table and of the cards. */
export interface WebhooksProps {
  readonly webhooks: readonly Subscription[];
  /** Whether they may be at different scopes. */
  readonly showScope: boolean;
}

/** The webhooks as a table, for windows that are wide enough. */
export function WebhookTable({ webhooks, showScope }: WebhooksProps) {
  const { list, common } = useText();
  const { columns } = list;
  return (
    <Scroll label={list.label} className="webhook-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{columns.name}</th>
            <th scope="col">{columns.type}</th>
            <th scope="col">{columns.status}</th>
            <th scope="col">{columns.health}</th>
            <th scope="col">{columns.events}</th>
            <th scope="col">{columns.url}</th>
            <th scope="col">{columns.last}</th>
            {showScope && <th scope="col">{columns.scope}</th>}
            <th scope="col">{columns.creator}</th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((webhook) => (
            <tr key={webhook.id}>
              <th scope="row" className="webhook-table-name">
                <Link href={addressOf(webhook.id)}>{webhook.name}</Link>
                {webhook.description !== null && (
                  <span className="webhook-table-description">{webhook.description}</span>
                )}
              </th>
              <td>{common.type[webhook.type]}</td>
              <td className="webhook-table-pill">
                <Pill tone={webhook.enabled ? "good" : "bad"}>
                  {webhook.enabled ? common.enabled : common.disabled}
                </Pill>
              </td>
              <td className="webhook-table-pill">
                <ListHealthPill health={listHealth(webhook)} />
              </td>
              <td className="webhook-table-events">
                <EventPills name={webhook.name} events={webhook.events} />
              </td>
              <td className="webhook-table-url">
                {webhook.url === null ? (
                  <span className="webhook-table-none">{list.noUrl}</span>
                ) : (
                  <code>{webhook.url}</code>
                )}
              </td>
              <td className="webhook-table-pill">
                <LastDelivery health={webhook.health} />
              </td>
              {showScope && (
                <td className="webhook-table-word">
                  {scopeLabel(webhook.scope, session.scopes, common.root)}
                </td>
              )}
              <td className="webhook-table-word">{creatorName(webhook.createdBy, list)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
