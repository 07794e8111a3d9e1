import bcrypt from "bcrypt";

export async function work() {
  const hash = await bcrypt.hash("secret", 4);
  return Promise.all([bcrypt.compare("secret", hash), bcrypt.compare("guess", hash)]);
}

export const fail = () => bcrypt.hash("secret", "no salt");
