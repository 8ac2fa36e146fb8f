import type { ReactNode } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { chosenScope, withScope } from "../api/scope.js";
import { session } from "../api/session.js";
import { useText } from "../text/index.js";
import { Offline } from "./offline.js";
import "./shell.css";

/** What stands around every page: the way to its content, the name, the places, and whether there is a connection. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { shell } = useText();
  const [location] = useLocation();
  const [params] = useSearchParams();
  const scope = chosenScope(params);
  const isCatalogue = location.startsWith("/catalogue");
  const places = [
    { to: withScope("/", scope), label: shell.webhooks, isHere: !isCatalogue },
    { to: withScope("/catalogue", scope), label: shell.catalogue, isHere: isCatalogue },
  ];
  return (
    <>
      <a className="shell-skip" href="#content">
        {shell.skip}
      </a>
      <header className="shell-header">
        <div className="shell-bar">
          <Link href="/" className="shell-name">
            {session.title}
          </Link>
          <nav aria-label={shell.navigation}>
            <ul className="shell-places">
              {places.map(({ to, label, isHere }) => (
                <li key={to}>
                  <Link href={to} className="shell-place" aria-current={isHere ? "true" : undefined}>
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        </div>
      </header>
      <Offline />
      <main id="content" className="shell-main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
