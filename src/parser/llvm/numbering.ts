import type { LlvmParameter } from "./module.js";

/** Numbers of unnamed values and blocks of one function: each unnamed one takes the next number, in the order of the text. */
export class FunctionNumbering {
  private counter = 0;

  constructor(parameters: readonly LlvmParameter[]) {
    for (const { name } of parameters) this.named(name);
  }

  /** Takes note of a name that the text gives; returns it. */
  named(name: string): string {
    if (/^\d+$/.test(name)) this.counter = Number(name) + 1;
    return name;
  }

  next(): string {
    return String(this.counter++);
  }
}
