/* Functions of glibc that Debian's libstdc++ and libgcc use and musl lacks, so that they can be loaded with musl. Alpine has
 * its own libstdc++, which needs none of them. */
extern long syscall(long number, ...);
extern unsigned long strftime_l(char *, unsigned long, const char *, const void *, void *);

unsigned int arc4random(void) {
  unsigned int value = 0;
  syscall(318 /* getrandom on x64 */, &value, sizeof value, 0);
  return value;
}

unsigned long __strftime_l(char *into, unsigned long size, const char *format, const void *time, void *locale) {
  return strftime_l(into, size, format, time, locale);
}

int __cxa_thread_atexit_impl(void (*destroy)(void *), void *object, void *library) {
  (void)destroy, (void)object, (void)library;
  return 0;
}

int _dl_find_object(void *address, void *result) {
  (void)address, (void)result;
  return -1;
}

int __cpu_indicator_init(void) { return 0; }

char __libc_single_threaded = 0;
unsigned int __cpu_model[4];
unsigned int __cpu_features2[4];
