import { refuseToSend } from "@heddle/core";
import type { Script } from "./scripts.js";
import type { Sessions } from "./sessions.js";

/** An object at the server. It is known by its kind and its name. */
export abstract class RemoteObject {
  readonly #sessions: Sessions;
  readonly #given: string | undefined;
  #name: Promise<string> | undefined;

  constructor(sessions: Sessions, name: string | undefined) {
    this.#sessions = sessions;
    this.#given = name;
  }

  static {
    refuseToSend(
      this.prototype,
      "an object of a server belongs to the program that asked for it: send its name, and connect there",
    );
  }

  protected get sessions(): Sessions {
    return this.#sessions;
  }

  /** The words that a script reads of the object. */
  protected async read(script: Script, ...args: readonly string[]): Promise<readonly string[]> {
    const { how, rest } = await this.#sessions.perform(script, await this.name(), ...args);
    return [how, ...rest.map(String)];
  }

  /** The name at the server. One without a name of its own belongs to this program's session. */
  protected name(): Promise<string> {
    this.#name ??= this.#given === undefined ? this.#sessions.unnamed() : Promise.resolve(this.#given);
    return this.#name;
  }
}
