import type { ReactNode } from "react";
import { Link } from "wouter";
import type { ButtonLook } from "./button.js";
import "./button.css";

/** A link to another page that looks like a button. */
export function ButtonLink(props: {
  readonly to: string;
  readonly look?: ButtonLook;
  readonly children: ReactNode;
}) {
  return (
    <Link href={props.to} className={`button button-${props.look ?? "normal"}`}>
      {props.children}
    </Link>
  );
}
