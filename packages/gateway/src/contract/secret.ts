const REDACTED = '[redacted]'

/**
 * A value that must not be seen. It shows itself as `[redacted]` in strings, JSON, logs and `util.inspect`;
 * only `reveal()` gives it out, and only code that writes a header may call that.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  equals(other: Secret | null): boolean {
    return other !== null && other.#value === this.#value
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED
  }
}
