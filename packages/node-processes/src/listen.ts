import { createSocket } from "node:dgram";
import { byNodeApis, MESSAGE, type Runtime } from "@heddle/process-host";

/** Hears bells of all kinds. */
export const listen: Runtime["listen"] = (bell, hear) => {
  if (bell.carries === "bytes") return byNodeApis.listen(bell, hear);
  const socket = createSocket("udp4", hear);
  // With any error, a wake-up may be lost; one too many does no harm.
  socket.on("error", () => hear(Uint8Array.of(MESSAGE)));
  // In a cluster it is this process's own all the same.
  socket.bind({ fd: bell.fd, exclusive: true });
  socket.unref();
};
