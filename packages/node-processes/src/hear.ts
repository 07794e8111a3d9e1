import { createSocket } from "node:dgram";
import { byNodeApis, type Runtime } from "@heddle/process-host";

/** Hears bells of all kinds. */
export const hear: Runtime["listen"] = (bell, hear) => {
  if (bell.carries === "bytes") return byNodeApis.listen(bell, hear);
  const socket = createSocket("udp4", hear);
  // In a cluster it is this process's own all the same.
  socket.bind({ fd: bell.fd, exclusive: true });
  socket.unref();
};
