/** Functions of one value, one for all channels or one a channel (axis 1): what becomes a table. */

export interface Pointwise {
  /** 1: the channel does not matter. */
  readonly channels: number;
  readonly at: (x: number, channel: number) => number;
  /** It is min(max(x, low), high). */
  readonly clip?: { readonly low: number; readonly high: number };
  /** It is x. */
  readonly identity: boolean;
}

export const IDENTITY: Pointwise = {
  channels: 1,
  at: (x) => x,
  clip: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
  identity: true,
};

export function clipTo(low: number, high: number): Pointwise {
  return { channels: 1, at: (x) => Math.min(Math.max(x, low), high), clip: { low, high }, identity: false };
}

export function functionOf(f: (x: number) => number): Pointwise {
  return { channels: 1, at: (x) => f(x), identity: false };
}

/** f after g. */
export function compose(f: Pointwise, g: Pointwise): Pointwise {
  if (f.identity) return g;
  if (g.identity) return f;
  if (f.clip && g.clip && f.clip.low <= f.clip.high) {
    // Clipping twice is clipping once to the inner bounds clipped by the outer ones.
    const bound = (x: number) => Math.min(Math.max(x, f.clip!.low), f.clip!.high);
    return clipTo(bound(g.clip.low), bound(g.clip.high));
  }
  return {
    channels: Math.max(f.channels, g.channels),
    at: (x, channel) => f.at(g.at(x, channel), channel),
    identity: false,
  };
}

/** x -> f(a(x), b(x)) */
export function combine(f: (x: number, y: number) => number, a: Pointwise, b: Pointwise): Pointwise {
  return {
    channels: Math.max(a.channels, b.channels),
    at: (x, channel) => f(a.at(x, channel), b.at(x, channel)),
    identity: false,
  };
}

/** A function that is the same for all x: a constant, one or one a channel. */
export function constantOf(values: Float64Array): Pointwise {
  return { channels: values.length, at: (_, channel) => values[values.length === 1 ? 0 : channel]!, identity: false };
}
