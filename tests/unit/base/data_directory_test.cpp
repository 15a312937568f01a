#include "base/data_directory.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <optional>

#include "support/make_job.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

namespace fs = std::filesystem;

fs::perms mode_of(const fs::path& path) {
  return fs::status(path).permissions();
}

void write(const fs::path& path) {
  std::ofstream(path) << "content";
}

TEST(DataDirectoryTest, CreatesWhatIsMissingForItsOwnerAlone) {
  const TemporaryDirectory temporary;
  const auto root = temporary.path() / "parent" / "data";
  const auto directory = DataDirectory::open(root);
  ASSERT_TRUE(directory) << directory.error().message;
  EXPECT_EQ(directory->root(), root);
  for (const auto& path : {root, directory->uploads(), directory->logs(), directory->results(), directory->scratch()}) {
    EXPECT_TRUE(fs::is_directory(path)) << path;
    EXPECT_EQ(mode_of(path), fs::perms::owner_all) << path;
  }
  EXPECT_EQ(mode_of(root / "lock"), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(directory->database(), root / "jobcast.db");
}

TEST(DataDirectoryTest, IsPrivateHoweverItsPathIsWritten) {
  const TemporaryDirectory temporary;
  for (const auto* name : {"a/", "b//", "c/.", "./d", "e/./"}) {
    const auto path = temporary.path().string() + '/' + name;
    ASSERT_TRUE(DataDirectory::open(path)) << path;
    EXPECT_EQ(mode_of(path), fs::perms::owner_all) << path;
  }
}

TEST(DataDirectoryTest, IsRefusedWhileAnotherHasIt) {
  const TemporaryDirectory temporary;
  auto first = DataDirectory::open(temporary.path());
  ASSERT_TRUE(first);
  const auto second = DataDirectory::open(temporary.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::storage_unavailable);
  EXPECT_NE(second.error().message.find("another jobcastd is running on it"), std::string::npos);

  std::optional<DataDirectory> moved(std::move(*first));
  EXPECT_FALSE(DataDirectory::open(temporary.path())) << "the lock moved along";
  moved.reset();
  EXPECT_TRUE(DataDirectory::open(temporary.path())) << "the lock is free again";
}

TEST(DataDirectoryTest, EmptiesScratchAndKeepsTheRest) {
  const TemporaryDirectory temporary;
  const auto id = make_id(1);
  {
    const auto directory = DataDirectory::open(temporary.path());
    ASSERT_TRUE(directory);
    fs::create_directories(directory->scratch() / "attempt" / "deep");
    write(directory->scratch() / "attempt" / "deep" / "file");
    write(directory->scratch() / "file");
    write(directory->upload(id));
    write(directory->log(id));
  }
  const auto directory = DataDirectory::open(temporary.path());
  ASSERT_TRUE(directory);
  EXPECT_TRUE(fs::is_empty(directory->scratch()));
  EXPECT_TRUE(fs::exists(directory->upload(id)));
  EXPECT_TRUE(fs::exists(directory->log(id)));
}

TEST(DataDirectoryTest, RemovesTheFilesOfAJob) {
  const TemporaryDirectory temporary;
  const auto directory = DataDirectory::open(temporary.path());
  ASSERT_TRUE(directory);
  write(directory->upload(make_id(1)));
  write(directory->log(make_id(1)));
  write(directory->upload(make_id(2)));
  directory->remove_files_of(make_id(1));
  directory->remove_files_of(make_id(1));
  EXPECT_FALSE(fs::exists(directory->upload(make_id(1))));
  EXPECT_FALSE(fs::exists(directory->log(make_id(1))));
  EXPECT_TRUE(fs::exists(directory->upload(make_id(2))));
}

TEST(DataDirectoryTest, KeepsResultsByJobAndAttempt) {
  const TemporaryDirectory temporary;
  const auto directory = DataDirectory::open(temporary.path());
  ASSERT_TRUE(directory);
  const auto id = make_id(1);
  directory->remove_results_before(id, 3);
  fs::create_directory(directory->results_of(id));
  for (const auto attempt : {1, 2, 3, 10}) write(directory->result_file(id, attempt));
  directory->remove_results_before(id, 3);
  EXPECT_FALSE(fs::exists(directory->result_file(id, 1)));
  EXPECT_FALSE(fs::exists(directory->result_file(id, 2)));
  EXPECT_TRUE(fs::exists(directory->result_file(id, 3)));
  EXPECT_TRUE(fs::exists(directory->result_file(id, 10)));
  directory->remove_files_of(id);
  EXPECT_FALSE(fs::exists(directory->results_of(id)));
}

TEST(DataDirectoryTest, SaysWhyItCantBeUsed) {
  const TemporaryDirectory temporary;
  const auto file = temporary.path() / "file";
  write(file);
  for (const auto& path : {file, file / "below"}) {
    const auto refused = DataDirectory::open(path);
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(refused.error().code, errc::storage_unavailable);
    EXPECT_TRUE(refused.error().message.starts_with("the data directory " + path.string() + " can't be used: "))
        << refused.error().message;
  }
}

}  // namespace
}  // namespace jobcast
