import type { SharedMapConstructor, SharedMapOptions } from "../contracts/shared-map.js";
import { checkInteger, checkOptions } from "../kernel/arguments.js";
import type { Kernel } from "../kernel/kernel.js";
import { Kind } from "../kernel/layout.js";
import { MAP_MAX_SIZE, MAP_TTL, MAP_WORDS } from "../kernel/layout-map.js";
import { destroyLock } from "../shared/lockable.js";
import { destroyTable } from "../shared/map-table.js";
import * as map from "../shared/shared-map.js";
import { writeTwo } from "../shared/two-words.js";
import type { Arity } from "./arity.js";
import { type Backend, exportedAs } from "./bindings.js";
import { bindClass, create } from "./create.js";
import { RLock } from "./locks.js";
import { messages } from "./messages.js";

const SHARED_MAP: Arity = {
  throws: ["clear entries keys values dispose", "get has delete forEach", "named", "set update compareAndSet"],
  instead: { size: "clear() takes all entries out" },
};

const MOST_ENTRIES = 2 ** 30;

export const SharedMap = (backend: Backend): SharedMapConstructor =>
  backend.get("SharedMap", (own) => {
    RLock(own);
    return exportedAs("SharedMap", bindSharedMap(messages(own).kernel), SHARED_MAP);
  });

export function bindSharedMap(kernel: Kernel): SharedMapConstructor {
  kernel.cells.define(Kind.MapTable, { destroy: (table) => destroyTable(kernel, table) });
  return bindClass(kernel, "SharedMap", map.SharedMap, {
    kind: Kind.SharedMap,
    most: 1,
    create(options?: SharedMapOptions) {
      const { maxSize, ttl } = checked(options);
      const cell = create(kernel, Kind.SharedMap, MAP_WORDS);
      kernel.region.i32[cell + MAP_MAX_SIZE] = maxSize;
      writeTwo(kernel.region.i32, cell + MAP_TTL, ttl);
      return cell;
    },
    agreed: (options?: SharedMapOptions) => Object.values(checked(options)),
    operations: {
      destroy(cell) {
        destroyLock(kernel, cell);
        map.destroyMap(kernel, cell);
      },
    },
  }) as SharedMapConstructor;
}

/** The options as the map's cell has them: 0 for no bound. */
function checked(options: SharedMapOptions | undefined): { maxSize: number; ttl: number } {
  checkOptions(options, "A shared map", ["maxSize", "ttl"]);
  const { maxSize = Number.POSITIVE_INFINITY, ttl } = options ?? {};
  return {
    maxSize:
      maxSize === Number.POSITIVE_INFINITY ? 0 : checkInteger(maxSize, "The most entries of a map", 1, MOST_ENTRIES),
    ttl: ttl === undefined ? 0 : map.checkTtl(ttl),
  };
}
