import type { PendingEvent } from "../../../../history/pending.js";
import { useText } from "../../text/index.js";
import { NARROW, useMedia } from "../../ui/media.js";
import { Scroll } from "../../ui/scroll.js";
import { Time } from "../../ui/time.js";

/** Events that wait, oldest first. New ones join at the end, so that nothing moves. */
export function PendingTable({ items }: { readonly items: readonly PendingEvent[] }) {
  const { pending: text, common } = useText();
  const { columns } = text;
  const isNarrow = useMedia(NARROW);
  if (isNarrow) {
    return (
      <ul className="pending-cards" aria-label={text.table}>
        {items.map(({ id, type, scope, since }) => (
          <li key={id} className="pending-card">
            <strong>{type}</strong>
            <code>{id}</code>
            <span className="pending-text">{scope === "" ? common.root : scope}</span>
            <span className="pending-text">
              {columns.since}: <Time at={since} />
            </span>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <Scroll label={text.table} className="pending-box">
      <table className="pending-table">
        <thead>
          <tr>
            <th scope="col">{columns.type}</th>
            <th scope="col">{columns.id}</th>
            <th scope="col">{columns.scope}</th>
            <th scope="col" className="pending-since">
              {columns.since}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ id, type, scope, since }) => (
            <tr key={id}>
              <td>{type}</td>
              <td>
                <code>{id}</code>
              </td>
              <td>{scope === "" ? common.root : <code>{scope}</code>}</td>
              <td>
                <Time at={since} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
