import { onlineManager } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { useText } from "../text/index.js";
import { Notice } from "../ui/notice.js";

/** Says so while the browser has no connection. */
export function Offline() {
  const { shell } = useText();
  const isOnline = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  );
  return (
    <div className="shell-offline" role="status">
      {!isOnline && <Notice tone="warn">{shell.offline}</Notice>}
    </div>
  );
}
