import { X } from "lucide-react";
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from "react";
import { useText } from "../text/index.js";
import { Button } from "./button.js";
import "./toasts.css";

/** A short word on what was done or did not work. */
export interface Toast {
  readonly title: string;
  readonly description?: string;
  readonly type: "good" | "bad";
}

interface Shown extends Toast {
  readonly id: number;
}

const LASTS = 6_000;
const MOST = 3;

let made = 0;

const Toasts = createContext<{ add(toast: Toast): void }>({ add() {} });

/** Says something in passing. */
export function useToast(): { add(toast: Toast): void } {
  return use(Toasts);
}

/** Shows toasts, reads them aloud, and takes them away after a while. Put around everything. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Shown[]>([]);
  const manager = useMemo(
    () => ({
      add(toast: Toast) {
        setToasts((shown) => [...shown, { ...toast, id: ++made }].slice(-MOST));
      },
    }),
    [],
  );
  const remove = (id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id));
  return (
    <Toasts value={manager}>
      {children}
      <div className="toasts" role="status">
        {toasts.map((toast) => (
          <ToastBox key={toast.id} toast={toast} onEnd={() => remove(toast.id)} />
        ))}
      </div>
    </Toasts>
  );
}

/** One of them. It stays while the pointer or the focus is on it. */
function ToastBox({ toast, onEnd }: { readonly toast: Shown; readonly onEnd: () => void }) {
  const { common } = useText();
  const [isHeld, setHeld] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another onEnd ends the same toast
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(onEnd, LASTS);
    return () => clearTimeout(timer);
  }, [isHeld]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div
      role="group"
      aria-label={toast.title}
      className={`toast toast-${toast.type}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div className="toast-content">
        <div className="toast-texts">
          <p className="toast-title">{toast.title}</p>
          {toast.description !== undefined && <p className="toast-description">{toast.description}</p>}
        </div>
        <Button look="quiet" aria-label={common.close} onClick={onEnd}>
          <X aria-hidden />
        </Button>
      </div>
    </div>
  );
}
