import { QueueKeys, UnrecoverableError } from "bullmq";

export const work = () => new QueueKeys().toKey("mail", "wait");

export function fail() {
  throw new UnrecoverableError("not again");
}
