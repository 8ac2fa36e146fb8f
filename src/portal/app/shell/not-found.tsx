import { useText } from "../text/index.js";
import { ButtonLink } from "../ui/button-link.js";
import { PageTitle } from "./page-title.js";

/** The page for an address that is none. */
export function NotFound({ title }: { readonly title?: string }) {
  const { shell } = useText();
  return (
    <>
      <PageTitle title={title ?? shell.notFoundTitle} />
      <p>{shell.notFound}</p>
      <p>
        <ButtonLink to="/">{shell.toList}</ButtonLink>
      </p>
    </>
  );
}
