/** The mark: a bolt in a speech bubble. Decorative beside the product's name. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 64 64" aria-hidden className={className}>
      <rect width="64" height="64" rx="15" className="fill-[#0a7a57]" />
      <path
        d="M32 13c-10.800 0-19.500 7.900-19.500 17.700 0 5.200 2.500 9.900 6.400 13.100L17.600 51l8.100-3.200c2 .500 4.100.800 6.300.800 10.800 0 19.500-7.900 19.500-17.900C51.500 20.900 42.800 13 32 13z"
        fill="#fff"
      />
      <path d="M34.700 19.500 23.800 33h7.100l-1.700 9.500L40.200 29h-7.200z" className="fill-[#0a7a57]" />
    </svg>
  );
}
