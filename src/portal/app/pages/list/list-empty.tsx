import { withScope } from "../../api/scope.js";
import { may, session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { ButtonLink } from "../../ui/button-link.js";
import { Empty } from "../../ui/empty.js";
import { scopeLabel } from "../../ui/scope-label.js";
import { DeliveryType } from "../create/delivery-type.js";
import "./list-empty.css";

/** What stands where there is no webhook yet: what one is, which kind to pick, and the way to the first. */
export function ListEmpty({ scope }: { readonly scope: string }) {
  const { list, create, common } = useText();
  const label = scopeLabel(scope, session.scopes, common.root);
  return (
    <Empty
      title={session.scopes.length > 1 ? list.emptyIn(label) : list.emptyTitle}
      actions={
        <>
          {may("write") && (
            <ButtonLink to={withScope("/new", scope)} look="primary">
              {list.create}
            </ButtonLink>
          )}
          <ButtonLink to={withScope("/catalogue", scope)}>{list.emptyCatalogue}</ButtonLink>
        </>
      }
    >
      <p>{list.empty}</p>
      {!may("write") && <p>{list.emptyReader}</p>}
      <p>{list.emptyPick}</p>
      <div className="list-empty-types">
        {(["event", "batch"] as const).map((type) => (
          <section key={type} className="list-empty-type">
            <h3>{create.types[type].title}</h3>
            <DeliveryType type={type} />
          </section>
        ))}
      </div>
    </Empty>
  );
}
