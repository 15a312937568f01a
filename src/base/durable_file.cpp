#include "base/durable_file.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "base/descriptor.hpp"

namespace jobcast {
namespace {

[[noreturn]] void fail(const char* what, const std::filesystem::path& path) {
  throw std::system_error(errno, std::generic_category(), std::string(what) + ' ' + path.string());
}

}  // namespace

void sync_directory(const std::filesystem::path& directory) {
  const Descriptor folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) fail("open", directory);
  if (::fsync(folder.get()) != 0) fail("fsync", directory);
}

void move_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  const Descriptor file(::open(from.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) fail("open", from);
  if (::fchmod(file.get(), 0600) != 0) fail("chmod", from);
  if (::fsync(file.get()) != 0) fail("fsync", from);
  if (::rename(from.c_str(), to.c_str()) != 0) fail("rename", to);
  sync_directory(to.parent_path());
}

}  // namespace jobcast
