#include "base/durable_file.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <system_error>

#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

namespace fs = std::filesystem;

TEST(DurableFileTest, MovesAFileForItsOwnerAlone) {
  const TemporaryDirectory directory;
  const auto from = directory.path() / "from";
  const auto to = directory.path() / "to";
  std::ofstream(from) << "new";
  std::ofstream(to) << "old and longer";
  fs::permissions(from, fs::perms::all);
  move_durably(from, to);
  EXPECT_FALSE(fs::exists(from));
  EXPECT_EQ(fs::file_size(to), 3U);
  EXPECT_EQ(fs::status(to).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(DurableFileTest, FollowsNoLinkAndTellsWhatFails) {
  const TemporaryDirectory directory;
  const auto target = directory.path() / "target";
  std::ofstream(target) << "x";
  fs::create_symlink(target, directory.path() / "link");
  EXPECT_THROW(move_durably(directory.path() / "link", directory.path() / "to"), std::system_error);
  EXPECT_THROW(move_durably(directory.path() / "missing", directory.path() / "to"), std::system_error);
  EXPECT_THROW(move_durably(target, directory.path() / "missing" / "to"), std::system_error);
  EXPECT_TRUE(fs::exists(target));
  EXPECT_THROW(sync_directory(target), std::system_error);
  EXPECT_NO_THROW(sync_directory(directory.path()));
}

}  // namespace
}  // namespace jobcast
