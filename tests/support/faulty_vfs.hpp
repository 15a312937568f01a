#pragma once

#include <atomic>
#include <cstddef>
#include <limits>
#include <new>
#include <sqlite3.h>
#include <stdexcept>
#include <string>

namespace jobcast {

/// An SQLite VFS over the system's own whose changing calls (write, truncate, sync) can be made to fail. A write that
/// fails has written half. Only one with this name at a time; must outlive the connections that go through it.
class FaultyVfs {
 public:
  FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
    vfs_.zName = "faulty";
    vfs_.szOsFile = static_cast<int>(header_bytes) + real_->szOsFile;
    vfs_.pAppData = this;
    vfs_.xOpen = &open;
    if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::runtime_error("sqlite3_vfs_register");
  }
  ~FaultyVfs() { sqlite3_vfs_unregister(&vfs_); }
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  [[nodiscard]] std::string name() const { return vfs_.zName; }

  /// Counts from 1: the changing calls from `first` to `last` fail with this SQLite error.
  void fail(int first, int last, int code) {
    calls_ = 0;
    code_ = code;
    last_ = last;
    first_ = first;
  }
  void heal() { first_ = std::numeric_limits<int>::max(); }

  /// Changing calls since the last fail().
  [[nodiscard]] int calls() const { return calls_; }

 private:
  struct File {
    sqlite3_file base;
    FaultyVfs* vfs;
    sqlite3_file* real;  ///< in the same block of memory, behind this
  };

  static constexpr std::size_t header_bytes = (sizeof(File) + 15) / 16 * 16;

  static sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }

  /// SQLITE_OK, or the error that this changing call is to give.
  static int next_call(sqlite3_file* file) {
    auto& vfs = *reinterpret_cast<File*>(file)->vfs;
    const int call = ++vfs.calls_;
    return call >= vfs.first_ && call <= vfs.last_ ? vfs.code_.load() : SQLITE_OK;
  }

  static int open(sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto* vfs = static_cast<FaultyVfs*>(self->pAppData);
    auto* memory = reinterpret_cast<std::byte*>(file);
    auto* opened = new (memory) File{{nullptr}, vfs, reinterpret_cast<sqlite3_file*>(memory + header_bytes)};
    const int code = vfs->real_->xOpen(vfs->real_, name, opened->real, flags, out_flags);
    if (opened->real->pMethods != nullptr) opened->base.pMethods = &methods();
    return code;
  }

  static int write(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 offset) {
    const int failure = next_call(file);
    auto* below = real(file);
    const int code = below->pMethods->xWrite(below, data, failure == SQLITE_OK ? bytes : bytes / 2, offset);
    return failure == SQLITE_OK ? code : failure;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const int failure = next_call(file);
    return failure == SQLITE_OK ? real(file)->pMethods->xTruncate(real(file), size) : failure;
  }
  static int sync(sqlite3_file* file, int flags) {
    const int failure = next_call(file);
    return failure == SQLITE_OK ? real(file)->pMethods->xSync(real(file), flags) : failure;
  }

  static const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods all = {
        3,
        [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); },
        [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, n, at); },
        &write,
        &truncate,
        &sync,
        [](sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); },
        [](sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); },
        [](sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); },
        [](sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); },
        [](sqlite3_file* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); },
        [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
        [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
        [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
          return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
        },
        [](sqlite3_file* f, int at, int n, int flags) { return real(f)->pMethods->xShmLock(real(f), at, n, flags); },
        [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); },
        [](sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); },
        [](sqlite3_file* f, sqlite3_int64 at, int n, void** out) {
          return real(f)->pMethods->xFetch(real(f), at, n, out);
        },
        [](sqlite3_file* f, sqlite3_int64 at, void* page) { return real(f)->pMethods->xUnfetch(real(f), at, page); },
    };
    return all;
  }

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  std::atomic<int> calls_ = 0;
  std::atomic<int> first_ = std::numeric_limits<int>::max();
  std::atomic<int> last_ = 0;
  std::atomic<int> code_ = SQLITE_IOERR;
};

}  // namespace jobcast
