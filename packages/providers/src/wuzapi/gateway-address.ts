/** Where the machines of clouds tell their secrets to whoever asks from inside: no gateway lives there. */
const never =
  /^(169\.254\.\d+\.\d+|\[fe[89ab][0-9a-f]:.*\]|\[fd00:ec2:.*\]|\[::ffff:a9fe:.*\]|metadata\.google\.internal\.?)$/;

/**
 * May a gateway at this address be called? With `hosts`, which are names with or without a port, only those; without,
 * any but the addresses at which a cloud gives away secrets. By the address as it is written: who needs to bound where
 * names lead names the hosts.
 */
export function isCallable(baseUrl: string, hosts: readonly string[] | undefined): boolean {
  const url = URL.parse(baseUrl);
  if (url === null) return false;
  if (hosts === undefined) return !never.test(url.hostname);
  return hosts.some((host) => host.toLowerCase() === url.host || host.toLowerCase() === url.hostname);
}
