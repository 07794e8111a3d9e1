import { typeError } from "../contracts/wrong-use.js";
import type { Kernel } from "../kernel/kernel.js";
import { Kind } from "../kernel/layout.js";
import { ENDPOINT_REQUESTS } from "../kernel/layout-endpoint.js";
import { emptyChannel } from "../queue/empty-channel.js";
import { ItemRing } from "../queue/item-ring.js";
import { QueueState } from "../queue/state.js";

/**
 * Callbacks in a bundle without `callback`: a worker that this one started may have made some in a bundle of its own, and died.
 * `Callbacks` defines both kinds anew.
 */
export function bindEndpoints(kernel: Kernel): void {
  const { cells } = kernel;
  cells.define(Kind.Endpoint, {
    proxy: (cell) => {
      cells.letGo(cell);
      throw typeError("a callback came to a bundle without callback: import it there, too");
    },
    destroy: (cell) => cells.referNoMore(cell + ENDPOINT_REQUESTS),
  });
  cells.define(Kind.Mailbox, {
    destroy: (cell) => {
      const items = new ItemRing(kernel, cell);
      emptyChannel(kernel, cell, new QueueState(kernel, cell, items), items);
    },
  });
}
