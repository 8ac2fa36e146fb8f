import { Component, type ReactNode } from "react";
import { Failure } from "../ui/failure.js";

interface State {
  readonly error: unknown;
}

/** Catches what a page throws, such as a part of it that could not be loaded, and offers another try. */
export class Boundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    // A part that failed to load is remembered by the browser as failed: only a new document asks again.
    return <Failure error={error} onRetry={() => location.reload()} />;
  }
}
