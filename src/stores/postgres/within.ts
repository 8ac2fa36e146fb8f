import { TooLate } from "./faults.js";

/**
 * What a promise resolves to, unless that takes too long.
 *
 * @param late - Is given what comes after the time is over.
 * @throws TooLate
 */
export function within<T>(
  ms: number,
  promise: Promise<T>,
  what?: string,
  late: (value: T) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      reject(new TooLate(ms, what));
    }, ms);
    promise.then(
      (value) => {
        clearTimeout(timer);
        if (isOver) late(value);
        else resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
