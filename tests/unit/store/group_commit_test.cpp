#include "store/group_commit.hpp"

#include <gtest/gtest.h>
#include <string>

#include "jobcast/limits.hpp"

namespace jobcast {
namespace {

std::size_t taken(std::size_t bytes_each, std::size_t waiting) {
  GroupBudget budget;
  std::size_t count = 0;
  while (count < waiting && budget.take(bytes_each)) ++count;
  return count;
}

TEST(GroupCommit, a_group_ends_at_so_many_commands) {
  EXPECT_EQ(taken(1, 10), 10U);
  EXPECT_EQ(taken(1, limits::group_commands * 2), limits::group_commands);
}

TEST(GroupCommit, a_group_ends_at_so_many_bytes) {
  EXPECT_EQ(taken(limits::group_bytes / 4, 10), 4U);
  EXPECT_EQ(taken(limits::group_bytes / 4 + 1, 10), 3U);
}

TEST(GroupCommit, one_command_goes_whatever_its_size) {
  EXPECT_EQ(taken(limits::group_bytes * 2, 3), 1U);
}

TEST(GroupCommit, the_texts_of_a_command_count) {
  const std::string text(10'000, 'x');
  const auto empty = command_bytes(CancelJob{});
  EXPECT_GT(empty, 0U);
  CreateJobs create;
  create.jobs.resize(3);
  create.jobs[1].payload = text;
  EXPECT_GE(command_bytes(create), 10'000U);
  EXPECT_GE(command_bytes(CompleteJob{{}, 1, text, {}}), 10'000U);
  EXPECT_GE(command_bytes(FailJob{{}, 1, text, true}), 10'000U);
  EXPECT_GE(command_bytes(ReportProgress{{}, 1, {}, {{0, text}, {1, text}}}), 20'000U);
  PatchJob patch;
  patch.result = text;
  patch.message = text;
  patch.error = text;
  EXPECT_GE(command_bytes(patch), 30'000U);
}

}  // namespace
}  // namespace jobcast
