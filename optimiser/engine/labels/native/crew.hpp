// Threads that share the blocks of a job.
#pragma once
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace labels {

// Workers are started with the first job and end with the crew; the caller is one of them.
class Crew {
public:
    explicit Crew(int workers) : workers_(workers) {}
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    ~Crew() {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            over_ = true;
        }
        wake_.notify_all();
        for (std::thread& t : threads_) t.join();
    }

    // Does every block once, one after the other where it is ``alone``. What one throws is thrown on.
    void run(std::size_t blocks, bool alone, const std::function<void(std::size_t)>& job) {
        if (alone || workers_ < 2 || blocks < 2) {
            for (std::size_t b = 0; b < blocks; b++) job(b);
            return;
        }
        start();
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            job_ = &job, blocks_ = blocks, next_ = 0, busy_ = threads_.size(), turn_++;
            failed_ = nullptr;
        }
        wake_.notify_all();
        share();
        std::unique_lock<std::mutex> lock(mutex_);
        done_.wait(lock, [this] { return !busy_; });
        if (failed_) std::rethrow_exception(failed_);
    }

private:
    void start() {
        while (static_cast<int>(threads_.size()) + 1 < workers_) {
            try {
                threads_.emplace_back([this] { work(); });
            } catch (const std::system_error&) {
                // as many as the system gives
                workers_ = static_cast<int>(threads_.size()) + 1;
            }
        }
    }

    void work() {
        for (std::size_t seen = 0;;) {
            {
                std::unique_lock<std::mutex> lock(mutex_);
                wake_.wait(lock, [&] { return over_ || turn_ != seen; });
                if (over_) return;
                seen = turn_;
            }
            share();
            const std::lock_guard<std::mutex> lock(mutex_);
            if (--busy_ == 0) done_.notify_one();
        }
    }

    void share() {
        try {
            for (std::size_t b; (b = next_++) < blocks_;) (*job_)(b);
        } catch (...) {
            next_ = blocks_;
            const std::lock_guard<std::mutex> lock(mutex_);
            failed_ = std::current_exception();
        }
    }

    int workers_;
    std::vector<std::thread> threads_;
    std::mutex mutex_;
    std::condition_variable wake_, done_;
    const std::function<void(std::size_t)>* job_ = nullptr;
    std::atomic<std::size_t> next_{0};
    std::size_t blocks_ = 0, busy_ = 0, turn_ = 0;
    std::exception_ptr failed_;
    bool over_ = false;
};

}  // namespace labels
