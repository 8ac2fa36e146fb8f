import { useText } from "../text/index.js";
import "./skeleton.css";

/** Stands where something is being read, at the height that it will have: `lines` of text. */
export function Skeleton({ lines }: { readonly lines: number }) {
  const { common } = useText();
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{common.loading}</span>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <div key={index} className="skeleton-line" />
      ))}
    </div>
  );
}
