import { useText } from "../../text/index.js";
import { Scroll } from "../../ui/scroll.js";

/** Headers as they were sent or answered. */
export function HeaderTable(props: {
  readonly label: string;
  readonly headers: Readonly<Record<string, string>>;
}) {
  const { delivery } = useText();
  const text = delivery.attempts;
  const entries = Object.entries(props.headers);
  if (entries.length === 0) return <p>{text.noHeaders}</p>;
  return (
    <Scroll label={props.label} className="header-table-box">
      <table className="header-table">
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{text.header}</th>
            <th scope="col">{text.value}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
