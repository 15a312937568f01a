// How jemalloc, which the program is linked with, is to work: it looks this name up when it is loaded.

/// A crowd that left gives its memory back within two seconds, even where nothing happens afterwards.
extern "C" const char* const malloc_conf;  // NOLINT(readability-identifier-naming)
const char* const malloc_conf = "background_thread:true,dirty_decay_ms:2000,muzzy_decay_ms:0";
