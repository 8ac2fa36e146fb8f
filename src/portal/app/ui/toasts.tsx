import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import { useText } from "../text/index.js";
import "./toasts.css";

/** Short words on what was done or did not work, read aloud and gone after a while. Put around everything. */
export function ToastProvider({ children }: { readonly children: React.ReactNode }) {
  return (
    <Toast.Provider timeout={6_000} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

/** Says something in passing: `const toast = useToast(); toast.add({ title, description, type: "good" | "bad" })`. */
export const useToast = Toast.useToastManager;

function Toasts() {
  const { common } = useText();
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className={`toast toast-${toast.type ?? "good"}`}
      swipeDirection={["down", "right"]}
    >
      <Toast.Content className="toast-content">
        <div className="toast-texts">
          <Toast.Title className="toast-title" />
          <Toast.Description className="toast-description" />
        </div>
        <Toast.Close className="button button-quiet" aria-label={common.close}>
          <X aria-hidden />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
