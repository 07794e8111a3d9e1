import { fileURLToPath } from "node:url";
import { Application, type Comment, Logger, LogLevel, type ProjectReflection, type Reflection } from "typedoc";

const options = fileURLToPath(new URL("../typedoc.jsonc", import.meta.url));

/** The reference that typedoc makes of the contracts. */
export interface Reference {
  readonly project: ProjectReflection;
  /** Faults that typedoc finds there: a name without a docstring, a link to nowhere. */
  readonly complaints: readonly string[];
}

class Complaints extends Logger {
  readonly heard: string[] = [];

  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.heard.push(message);
  }
}

export async function readReference(): Promise<Reference> {
  const app = await Application.bootstrap({ options });
  const complaints = new Complaints();
  app.logger = complaints;
  const project = await app.convert();
  if (project === undefined) throw new Error(`typedoc read nothing:\n${complaints.heard.join("\n")}`);
  app.validate(project);
  return { project, complaints: complaints.heard };
}

/** The docstrings under a public name: of the contract called so, and of what the surface has under that name. */
export function docstringsOf(name: string, { project }: Reference): Comment[] {
  const surface = project.getChildByName(["Surface", name]);
  return [project.getChildByName([name]), surface].flatMap((found) => (found === undefined ? [] : commentsOn(found)));
}

/** A method's docstrings are those of its signatures. */
function commentsOn(reflection: Reflection): Comment[] {
  const signatures = reflection.isDeclaration() ? (reflection.signatures ?? []) : [];
  return [reflection, ...signatures].flatMap(({ comment }) => comment ?? []);
}
