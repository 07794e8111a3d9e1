import argon2 from "argon2";

export async function work() {
  const hash = await argon2.hash("secret", { memoryCost: 1024 });
  return Promise.all([argon2.verify(hash, "secret"), argon2.verify(hash, "guess")]);
}

export const fail = () => argon2.verify("no hash", "secret");
