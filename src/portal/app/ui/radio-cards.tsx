import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import { type ReactNode, useId } from "react";
import { Pill } from "./pill.js";
import "./radio-cards.css";

/** One of a few that need explaining: each a card that can be pressed anywhere. */
export function RadioCards<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly options: readonly {
    readonly value: T;
    readonly title: string;
    /** A word beside the title. */
    readonly mark?: string;
    readonly children: ReactNode;
  }[];
}) {
  const id = useId();
  const { label, value, onChange, options } = props;
  return (
    <div className="radio-cards">
      <span id={`${id}-label`} className="radio-cards-label">
        {label}
      </span>
      <RadioGroup
        className="radio-cards-group"
        aria-labelledby={`${id}-label`}
        value={value}
        onValueChange={(next: T) => onChange(next)}
      >
        {options.map((option) => (
          <div key={option.value} className="radio-cards-card">
            <Radio.Root
              value={option.value}
              id={`${id}-${option.value}`}
              className="radio-cards-dot"
              aria-labelledby={`${id}-${option.value}-title`}
              aria-describedby={`${id}-${option.value}-text`}
            >
              <Radio.Indicator className="radio-cards-mark" />
            </Radio.Root>
            <div className="radio-cards-texts">
              <div className="radio-cards-head">
                <label
                  id={`${id}-${option.value}-title`}
                  htmlFor={`${id}-${option.value}`}
                  className="radio-cards-title"
                >
                  {option.title}
                </label>
                {option.mark !== undefined && <Pill tone="info">{option.mark}</Pill>}
              </div>
              <div id={`${id}-${option.value}-text`}>{option.children}</div>
            </div>
          </div>
        ))}
      </RadioGroup>
    </div>
  );
}
