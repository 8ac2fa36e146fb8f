import { Link } from "wouter";
import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Pill } from "../../ui/pill.js";
import { scopeLabel } from "../../ui/scope-label.js";
import { addressOf, creatorName } from "./creator.js";
import { EventPills } from "./event-pills.js";
import { listHealth } from "./health.js";
import { LastDelivery } from "./last-delivery.js";
import { ListHealthPill } from "./list-health-pill.js";
import type { WebhooksProps } from "./webhook-table.js";
import "./webhook-cards.css";

/** The webhooks one below the other, for narrow windows. */
export function WebhookCards({ webhooks, showScope }: WebhooksProps) {
  const { list, common } = useText();
  const { columns } = list;
  return (
    <ul className="webhook-cards" aria-label={list.label}>
      {webhooks.map((webhook) => (
        <li key={webhook.id} className="webhook-cards-card">
          <h2 className="webhook-cards-name">
            <Link href={addressOf(webhook.id)}>{webhook.name}</Link>
          </h2>
          {webhook.description !== null && <p className="webhook-cards-description">{webhook.description}</p>}
          <div className="webhook-cards-pills">
            <Pill tone={webhook.enabled ? "good" : "bad"}>
              {webhook.enabled ? common.enabled : common.disabled}
            </Pill>
            <ListHealthPill health={listHealth(webhook)} />
            <Pill>{common.type[webhook.type]}</Pill>
          </div>
          <dl className="webhook-cards-facts">
            <dt>{columns.events}</dt>
            <dd>
              <EventPills name={webhook.name} events={webhook.events} />
            </dd>
            <dt>{columns.url}</dt>
            <dd>{webhook.url === null ? list.noUrl : <code>{webhook.url}</code>}</dd>
            <dt>{columns.last}</dt>
            <dd>
              <LastDelivery health={webhook.health} />
            </dd>
            {showScope && (
              <>
                <dt>{columns.scope}</dt>
                <dd>{scopeLabel(webhook.scope, session.scopes, common.root)}</dd>
              </>
            )}
            <dt>{columns.creator}</dt>
            <dd>{creatorName(webhook.createdBy, list)}</dd>
          </dl>
        </li>
      ))}
    </ul>
  );
}
