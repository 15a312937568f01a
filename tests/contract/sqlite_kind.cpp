#include "contract/store_contract.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

class SqliteHome final : public StoreHome {
 public:
  OpenedStore open(const ContractOptions& options, const Clock& clock) override {
    StoreOptions store;
    store.database = directory_.path() / "jobcast.db";
    store.max_queued_jobs = options.max_queued_jobs;
    store.progress_per_second = options.progress_per_second;
    store.min_free_bytes = 0;
    store.obstacle = options.obstacle;
    auto opened = open_sqlite_store(store, clock).value();
    return {std::move(opened.jobs), std::move(opened.events)};
  }

 private:
  TemporaryDirectory directory_;
};

const StoreKind sqlite_kind{"sqlite", [] { return std::make_unique<SqliteHome>(); }};

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::Values(sqlite_kind),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace jobcast
